/** Stands for AWS_RETRY_MODE=adaptive, which no function is given. */
export function AdaptiveRetryStrategy(): never {
  throw new Error("The bundles leave out adaptive retries.");
}
