import { Aws } from "aws-cdk-lib";
import { type Deployment, resourceName } from "./deployment.ts";

/** Known before the bucket exists, because the site's policy contains it and the bucket names the site. */
export const bucketName = (deployment: Deployment) =>
  `${resourceName(deployment)}-${Aws.ACCOUNT_ID}-${deployment.config.region}`;

/** Returns the address that forms are sent to. */
export const bucketUrl = (deployment: Deployment) =>
  `https://${bucketName(deployment)}.s3.${deployment.config.region}.${Aws.URL_SUFFIX}`;
