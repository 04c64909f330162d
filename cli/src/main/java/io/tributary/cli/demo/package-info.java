/**
 * The demonstration: what {@code tributary demo} prepares, starts, shows and leaves behind. Uses
 * the same commands and files as everyone; never a private way into a coordinator or node.
 */
@NullMarked
package io.tributary.cli.demo;

import org.jspecify.annotations.NullMarked;
