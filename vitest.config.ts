import { defineConfig, type ViteUserConfig } from "vitest/config";

const config: ViteUserConfig = defineConfig({
  test: {
    include: ["src/**/*.test.ts", "property-tests/**/*.test.ts", "fixtures/**/*.test.ts", "fuzz/**/*.test.ts"],
    testTimeout: 60_000,
    pool: "forks",
  },
});

export default config;
