"""The save path: answered before Flask, durable before it says so."""
