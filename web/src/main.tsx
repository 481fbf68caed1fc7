import { CSPProvider } from "@base-ui/react/csp-provider";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { addBusy } from "#lib/idle.ts";
import { watchForLostParts } from "#lib/lost-chunk.ts";
import { watchPresses } from "#lib/press.ts";
import { router } from "./router.tsx";
import "./styles.css";

const root = document.getElementById("root");
if (root === null) {
  throw new Error("The page has no #root.");
}

// The name of the first file changes with every build.
watchForLostParts(import.meta.url);
watchPresses();
addBusy(() => router.state.status !== "idle");
createRoot(root).render(
  <StrictMode>
    <CSPProvider disableStyleElements>
      <RouterProvider router={router} />
    </CSPProvider>
  </StrictMode>,
);
