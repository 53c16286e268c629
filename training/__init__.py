"""How the encoder and the judge are trained: `make train`."""
