import js from '@eslint/js'
import jsxA11y from 'eslint-plugin-jsx-a11y'
import reactHooks from 'eslint-plugin-react-hooks'
import ts from 'typescript-eslint'

/** Which part of src may import which: routes → features → {ui, api, i18n, brand, shell}. */
const forbid = (files, patterns) => ({
  files,
  rules: { 'no-restricted-imports': ['error', { patterns: patterns.map(([group, message]) => ({ group, message })) }] },
})

export default ts.config(
  { ignores: ['dist', 'dist-gallery', '**/*.gen.ts', 'e2e/out', 'src/brand/fonts'] },
  js.configs.recommended,
  ...ts.configs.strictTypeChecked,
  jsxA11y.flatConfigs.strict,
  reactHooks.configs.flat.recommended,
  {
    languageOptions: { parserOptions: { projectService: { allowDefaultProject: ['eslint.config.js'] }, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // TanStack Router signals redirects by throwing them.
      '@typescript-eslint/only-throw-error': 'off',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: true }],
      'react-hooks/set-state-in-effect': 'error',
      'no-restricted-syntax': [
        'error',
        { selector: "JSXAttribute[name.name='dangerouslySetInnerHTML']", message: 'Trusted Types forbid HTML from strings.' },
        { selector: "MemberExpression[property.name=/^(innerHTML|outerHTML|insertAdjacentHTML)$/]", message: 'Trusted Types forbid HTML from strings.' },
        { selector: "CallExpression[callee.property.name='toLocaleDateString'], CallExpression[callee.property.name='toLocaleTimeString'], CallExpression[callee.property.name='toLocaleString']", message: 'Use ~/i18n/format: it knows the language, the zone and Kazakh.' },
      ],
    },
  },
  forbid(['src/features/**'], [
    [['~/features/*', '../../*', '../*/**'], 'Features do not import each other; what is shared lives in ui, api or i18n.'],
    [['~/routes', '~/routes/*'], 'Features do not know the route tree; use links by path.'],
    [['react-aria-components', 'react-aria-components/*'], 'Use ~/ui; what is missing there is added there.'],
    [['~/ui/*'], 'Import from ~/ui.'],
  ]),
  // It has folders of its own; nothing of the application, no React: what it decides is tested without either.
  forbid(['src/features/call/engine/**'], [
    [['~/*', '~/**', '../../*', 'react', 'react/*', 'react-dom', 'react-dom/*', '@tanstack/*'], 'The call engine stands alone.'],
  ]),
  forbid(['src/ui/**', 'src/api/**', 'src/i18n/**', 'src/brand/**'], [
    [['~/features/*', '~/features/**', '~/routes', '~/routes/*', '~/shell/*'], 'The foundation does not know what stands on it.'],
  ]),
  forbid(['src/shell/**'], [[['~/features/*', '~/features/**'], 'The shell does not know the features.']]),
  {
    files: ['build/**', 'eslint.config.js', 'src/boot.js'],
    ...ts.configs.disableTypeChecked,
    rules: { ...ts.configs.disableTypeChecked.rules, 'no-undef': 'off' },
  },
)
