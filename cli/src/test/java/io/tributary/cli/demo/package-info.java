/** Tests of federations on one machine. */
@NullMarked
package io.tributary.cli.demo;

import org.jspecify.annotations.NullMarked;
