/** The changes of the table that trigger each consumer of its stream, as patterns of Lambda's event filters. */
export const filters = {
  follow: [
    { eventName: ["INSERT"], dynamodb: { NewImage: { stream: { S: ["out", "log"] } } } },
    { eventName: ["MODIFY"], dynamodb: { NewImage: { stream: { S: ["seats", "pulse"] } } } },
  ],
  view: [
    { dynamodb: { NewImage: { stream: { S: ["view", "pulse"] } } } },
    { eventName: ["REMOVE"], dynamodb: { OldImage: { stream: { S: ["view"] } } } },
  ],
};
