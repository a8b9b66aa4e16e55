"""Computes what it takes to deploy a stack, from its template: a policy for whoever CloudFormation acts as.

CloudFormation's schema of each resource type lists the actions that its handlers call (`handlers`); IAM's reference
says on which kinds of resources each action can be allowed (`iam_reference`); the template and the stack's name say
which resources of that kind are the stack's own (`stack`, `arns`). cfn-lint carries both of AWS's lists.

    python -m scripts.reference                                                    # writes docs/deployer_policies.md
"""
