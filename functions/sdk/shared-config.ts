export const CONFIG_PREFIX_SEPARATOR = ".";

/** Stands for reading ~/.aws: a function is configured by its environment alone. */
export async function loadSharedConfigFiles() {
  return { configFile: {}, credentialsFile: {} };
}

/** Stands for asking the metadata service of EC2, which Lambda does not have: there the region is in the environment. */
export async function getInstanceMetadataRegion(): Promise<undefined> {
  return undefined;
}
