"""What is counted, held in arrays in memory so that questions are answered in milliseconds."""
