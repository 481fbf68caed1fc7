import { fromEnv } from "@aws-sdk/credential-provider-env";

/**
 * Replaces @aws-sdk/credential-provider-node in the bundles. Lambda gives a function its credentials in the
 * environment, so the SDK's search through files, SSO, STS and metadata services would only add size.
 */
export const defaultProvider = fromEnv;
