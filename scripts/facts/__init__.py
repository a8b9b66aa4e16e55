"""`make facts`: how old the AWS facts are that the code rests on, and what of them the newest packages change.

A fact stands once, in the code that rests on it, below its source: `pages` and `unconfirmed` read them there, so that
there is no second list to forget. Beside the code is only what the code cannot say: `pages_read.json` has when a page
was last read again (at first: when the code began to cite it), and `snapshot.json` what botocore, CloudFormation's
schemas, the CDK and AWS's managed policies said when a maintainer last accepted their news.
"""
