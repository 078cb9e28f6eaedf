import { defineConfig } from "vite";

// The page goes where the Go program embeds it from.
export default defineConfig({
  // Calls with their children one after the other take less room than an object for each.
  oxc: { jsx: { runtime: "classic", pragma: "h", pragmaFrag: "Fragment" } },
  build: {
    outDir: "../assets/built",
    emptyOutDir: true,
    assetsInlineLimit: 0, // nothing inline: the policy of the server forbids it
    modulePreload: { polyfill: false },
    target: "es2022",
    rolldownOptions: { transform: { inject: { h: ["preact", "h"], Fragment: ["preact", "Fragment"] } } },
  },
});
