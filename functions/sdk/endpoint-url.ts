/** Returns the endpoint that the environment names for a service, as any client of the SDK reads it. */
export const endpointUrl = (service: "SQS" | "SECRETS_MANAGER"): string | undefined =>
  process.env[`AWS_ENDPOINT_URL_${service}`] ?? process.env["AWS_ENDPOINT_URL"];
