/** Runs before anything is painted, so that a chosen theme never flashes. */
try {
  const chosen = localStorage.getItem("tidings.theme");
  if (chosen === "dark" || chosen === "light") document.documentElement.dataset["theme"] = chosen;
} catch {
  // storage may be forbidden: then the system's theme it is
}
