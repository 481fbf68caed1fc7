/**
 * A CloudFront Function (runtime 2.0): a path without an extension is a page of the web app or one of the pages below
 * /docs, but never a missing asset, because a page in its place would be cached as one. No path that ends in a slash is
 * passed on, because the bucket would list itself. Error responses could do the same, but they would also turn every
 * 404 of the API into a page. Scripts and style sheets exist compressed too, for browsers that read that.
 */
export const siteFallback = `function handler(event) {
  const request = event.request;
  const lastSegment = request.uri.slice(request.uri.lastIndexOf("/") + 1);
  const isAsset = request.uri.startsWith("/assets/") && lastSegment !== "";
  if (!isAsset && !lastSegment.includes(".")) {
    const pages = { "/docs": "/docs/index.html", "/docs/errors": "/docs/errors.html" };
    request.uri = pages[request.uri.replace(/\\/$/, "")] || "/index.html";
  }
  const accepted = request.headers["accept-encoding"];
  if (isAsset && /\\.(js|css)$/.test(lastSegment) && accepted && /\\bbr\\b/.test(accepted.value)) {
    request.uri = "/br" + request.uri;
  }
  return request;
}`;
