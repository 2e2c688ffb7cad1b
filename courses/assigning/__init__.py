"""Learning that is assigned by rule: who it binds is derived from the register, never stored."""
