/** Replaces AWS_RETRY_MODE=adaptive, which no function uses. */
export function AdaptiveRetryStrategy(): never {
  throw new Error("The bundles leave out adaptive retries.");
}
