/** The node's configuration as values, checked once. Never opens what it names. */
@NullMarked
package io.tributary.client.config;

import org.jspecify.annotations.NullMarked;
