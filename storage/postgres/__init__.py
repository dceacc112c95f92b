"""PostgreSQL 14 and later, with nothing installed in it: any number of workers on one desk."""
