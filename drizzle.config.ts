import {defineConfig} from 'drizzle-kit'

export default defineConfig({
  dialect: 'sqlite',
  schema: ['', '-of-catalogue', '-of-work', '-of-sales', '-of-writes'].map(
    (part) => `./src/store/sqlite/schema${part}.ts`,
  ),
  out: './drizzle/sqlite',
})
