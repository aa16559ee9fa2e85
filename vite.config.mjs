// Bundles what the office pages need into assets/dist, under names that carry their content's hash,
// and lays beside it the fonts that printing needs (pages on a screen use the system's own).
import { copyFileSync, mkdirSync } from "node:fs";
import { defineConfig } from "vite";

const PRINT_FONTS = ["noto-serif-sc/400Regular/NotoSerifSC_400Regular.ttf", "noto-serif-sc/700Bold/NotoSerifSC_700Bold.ttf", "noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf"];

const printFonts = {
  name: "print-fonts",
  closeBundle() {
    mkdirSync("assets/dist/fonts", { recursive: true });
    for (const font of PRINT_FONTS) copyFileSync(`node_modules/@expo-google-fonts/${font}`, `assets/dist/fonts/${font.split("/").at(-1)}`);
  },
};

export default defineConfig({
  root: "assets",
  base: "/static/",
  publicDir: "public",
  plugins: [printFonts],
  build: {
    outDir: "dist",
    emptyOutDir: true,
    manifest: "manifest.json",
    sourcemap: false,
    rollupOptions: { input: { office: "assets/office.js" } },
  },
});
