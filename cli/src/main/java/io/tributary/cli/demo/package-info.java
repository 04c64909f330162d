/**
 * Federations on this machine: the demonstration ({@code tributary demo}) and trials of anybody's
 * plan ({@code tributary local}); what they prepare, start, show and leave behind. They use the
 * same commands and files as everyone; never a private way into a coordinator or node.
 */
@NullMarked
package io.tributary.cli.demo;

import org.jspecify.annotations.NullMarked;
