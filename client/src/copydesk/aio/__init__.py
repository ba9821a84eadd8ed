"""The same desk for those who await: see `copydesk.desk` and its neighbours for what each does."""
