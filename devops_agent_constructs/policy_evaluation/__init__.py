"""IAM's policy language, as anybody writes it: who may assume a role, what a role may do. Nothing of DevOps Agent."""
