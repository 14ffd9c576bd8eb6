"""What people look at: tables for the terminal, and figures. It takes tensors and records, and never trains."""
