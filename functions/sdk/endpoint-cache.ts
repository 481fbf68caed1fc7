/** Replaces @aws-sdk/endpoint-cache in the bundles: DynamoDB's client creates one, and no command uses it. */
export class EndpointCache {
  get(): never {
    throw new Error("The bundles leave out the discovery of endpoints.");
  }
}
