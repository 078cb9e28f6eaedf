import { defineConfig } from "vite";

// The page goes where the Go program embeds it from.
export default defineConfig({
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: "../assets/built",
    emptyOutDir: true,
    assetsInlineLimit: 0, // nothing inline: the policy of the server forbids it
    modulePreload: { polyfill: false },
    target: "es2022",
  },
});
