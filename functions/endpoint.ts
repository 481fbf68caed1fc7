import { partition } from "@aws-sdk/core/client";

/** Returns where a service is that is called without the SDK's client: in its region, or where the environment says. */
export const endpointOf = (service: string, region: string, named: string | undefined): URL =>
  new URL(named ?? `https://${service}.${region}.${partition(region).dnsSuffix}`);
