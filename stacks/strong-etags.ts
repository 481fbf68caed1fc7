/**
 * A CloudFront Function (runtime 2.0): CloudFront makes the ETag of a response that it compresses weak, and a weak
 * ETag never matches in `If-Match`. The API itself has only strong ones, so an ETag that comes back becomes strong again.
 */
export const strongEtags = `function handler(event) {
  const request = event.request;
  const tags = request.headers["if-match"];
  if (tags) tags.value = tags.value.replace(/(^|,)(\\s*)W\\/"/g, '$1$2"');
  return request;
}`;
