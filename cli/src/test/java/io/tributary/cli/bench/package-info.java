/** Tests of the benches over real processes. */
@org.jspecify.annotations.NullMarked
package io.tributary.cli.bench;
