"""A form of questions, whoever wrote it, and the flow that it becomes."""
