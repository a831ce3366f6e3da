"""Records in a database: columns, constraints and migrations, no rules."""
