"""What the server tells, as values. Fields that a newer server adds are left out."""
