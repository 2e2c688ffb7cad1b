"""What every package shares: database, base form, clock, audit trail, paging, spreadsheets."""
