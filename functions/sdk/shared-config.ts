export const CONFIG_PREFIX_SEPARATOR = ".";

/** Replaces reading ~/.aws: a function is configured by its environment only. */
export async function loadSharedConfigFiles() {
  return { configFile: {}, credentialsFile: {} };
}

/** Replaces EC2's metadata service, which Lambda does not have: the region is in the environment. */
export async function getInstanceMetadataRegion(): Promise<undefined> {
  return undefined;
}
