"""What is sent for each thing that can be asked, and how its answer is read: nothing here sends."""
