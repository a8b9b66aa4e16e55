"""What the Lambda functions of this library share: their package, their resources, their client of AWS DevOps Agent."""
