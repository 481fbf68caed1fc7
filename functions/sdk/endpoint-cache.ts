/** Stands for @aws-sdk/endpoint-cache in the bundles: DynamoDB's client makes one, and no command of it asks it. */
export class EndpointCache {
  get(): never {
    throw new Error("The bundles leave out the discovery of endpoints.");
  }
}
