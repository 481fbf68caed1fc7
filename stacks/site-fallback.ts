/**
 * A CloudFront Function (runtime 2.0): a path without an extension is a page of the web app.
 * Error responses could do the same, but they would also turn every 404 of the API into a page.
 */
export const siteFallback = `function handler(event) {
  const request = event.request;
  const lastSegment = request.uri.slice(request.uri.lastIndexOf("/") + 1);
  if (!lastSegment.includes(".")) {
    request.uri = "/index.html";
  }
  return request;
}`;
