"""Pictures of figures as SVG, drawn by the server; what they show is the business of others."""
