/**
 * A CloudFront Function (runtime 2.0): a path without an extension is a page of the web app or one of the pages below
 * /docs, but never a missing asset, because a page in its place would be cached as one. No path that ends in a slash is
 * passed on, because the bucket would list itself. Error responses could do the same, but they would also turn every
 * 404 of the API into a page.
 *
 * Scripts and style sheets below /assets/z exist compressed too, for browsers that read that. Those of releases that
 * uploaded none are beside it and are served as they are.
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
  const readsBrotli = accepted && /(^|,)\\s*br\\s*(;\\s*q=(1|0\\.0*[1-9])|,|$)/i.test(accepted.value);
  if (readsBrotli && /^\\/assets\\/z\\/.*\\.(js|css)$/.test(request.uri)) {
    request.uri = "/br" + request.uri;
  }
  return request;
}`;
