// Compiles the targets and the sources that they import into a folder, with a counter on every edge of the sources:
// function bodies, both sides of every condition, loops, cases and the operands that `&&`, `||`, `??` and `?:` may skip.
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const HERE = dirname(dirname(fileURLToPath(import.meta.url)));
const ROOT = join(HERE, '..', '..', '..');
const { factory } = ts;

/** Writes the instrumented program; answers the folder in which its targets and its engine are. */
export function instrument(folder) {
  const { config } = ts.readConfigFile(join(HERE, 'tsconfig.json'), ts.sys.readFile);
  const { fileNames, options } = ts.parseJsonConfigFileContent(config, ts.sys, HERE);
  const program = ts.createProgram(fileNames, { ...options, outDir: folder, noEmitOnError: false });
  const { emitSkipped } = program.emit(undefined, undefined, undefined, false, { before: [countEdges()] });
  if (emitSkipped) throw new Error('the targets could not be compiled: npm run check tells why');
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n');
  return join(folder, 'test', 'fuzz', 'parsers');
}

function countEdges() {
  let edges = 0;
  const call = () => factory.createCallExpression(factory.createIdentifier('__edge'), undefined, [number()]);
  const number = () => factory.createNumericLiteral(edges++);
  const statement = () => factory.createExpressionStatement(call());
  const counted = (expression) =>
    factory.createParenthesizedExpression(
      factory.createComma(call(), factory.createParenthesizedExpression(expression)),
    );
  const countedBlock = (body) =>
    factory.createBlock([statement(), ...(ts.isBlock(body) ? body.statements : [body])], true);
  return (context) => (file) => {
    if (!file.fileName.startsWith(join(ROOT, 'src'))) return file;
    const visit = (node) => changed(ts.visitEachChild(node, visit, context), { counted, countedBlock, statement });
    return ts.visitNode(file, visit);
  };
}

const SKIPPING = [
  ts.SyntaxKind.AmpersandAmpersandToken,
  ts.SyntaxKind.BarBarToken,
  ts.SyntaxKind.QuestionQuestionToken,
  ts.SyntaxKind.AmpersandAmpersandEqualsToken,
  ts.SyntaxKind.BarBarEqualsToken,
  ts.SyntaxKind.QuestionQuestionEqualsToken,
];

function changed(node, { counted, countedBlock, statement }) {
  if (ts.isIfStatement(node)) {
    const otherwise = node.elseStatement ?? factory.createBlock([]);
    return factory.updateIfStatement(node, node.expression, countedBlock(node.thenStatement), countedBlock(otherwise));
  }
  if (ts.isForStatement(node)) {
    const { initializer, condition, incrementor } = node;
    return factory.updateForStatement(node, initializer, condition, incrementor, countedBlock(node.statement));
  }
  if (ts.isForOfStatement(node)) {
    const { awaitModifier, initializer, expression } = node;
    return factory.updateForOfStatement(node, awaitModifier, initializer, expression, countedBlock(node.statement));
  }
  if (ts.isWhileStatement(node))
    return factory.updateWhileStatement(node, node.expression, countedBlock(node.statement));
  if (ts.isCaseClause(node)) return factory.updateCaseClause(node, node.expression, [statement(), ...node.statements]);
  if (ts.isDefaultClause(node)) return factory.updateDefaultClause(node, [statement(), ...node.statements]);
  if (ts.isConditionalExpression(node)) {
    const { condition, questionToken, whenTrue, colonToken, whenFalse } = node;
    const [yes, no] = [counted(whenTrue), counted(whenFalse)];
    return factory.updateConditionalExpression(node, condition, questionToken, yes, colonToken, no);
  }
  if (ts.isBinaryExpression(node) && SKIPPING.includes(node.operatorToken.kind)) {
    return factory.updateBinaryExpression(node, node.left, node.operatorToken, counted(node.right));
  }
  // A constructor may have to call super first, and is entered with its class.
  const isBody = ts.isBlock(node) && ts.isFunctionLike(node.original?.parent ?? node.parent);
  if (isBody && !ts.isConstructorDeclaration((node.original ?? node).parent)) return countedBlock(node);
  return node;
}
