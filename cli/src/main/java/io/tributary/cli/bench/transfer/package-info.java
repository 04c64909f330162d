/**
 * How fast bulk bytes move: the product's two ends in processes of their own, beside plain programs
 * that set the limit. Never part of a service.
 */
@NullMarked
package io.tributary.cli.bench.transfer;

import org.jspecify.annotations.NullMarked;
