// Bundles what the office pages need into assets/dist, under names that carry their content's hash.
import { defineConfig } from "vite";

export default defineConfig({
  root: "assets",
  base: "/static/",
  publicDir: "public",
  build: {
    outDir: "dist",
    emptyOutDir: true,
    manifest: "manifest.json",
    sourcemap: false,
    rollupOptions: { input: { office: "assets/office.js" } },
  },
});
