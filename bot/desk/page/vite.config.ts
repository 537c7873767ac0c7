// Builds the desk's page into bot/desk/dist, which bot/desk/pages.py serves under /desk/.
import preact from "@preact/preset-vite";
import { defineConfig } from "vite";

export default defineConfig({
  root: new URL(".", import.meta.url).pathname,
  base: "/desk/",
  plugins: [preact()],
  build: { outDir: "../dist", emptyOutDir: true, target: "es2021", modulePreload: { polyfill: false } },
  server: { proxy: { "/api": "http://127.0.0.1:8080" } },
});
