<?php
/**
 * Plugin Name: Threadkeeper chat
 * Description: Puts the Threadkeeper chat on every page, and tells it who is logged in.
 * Version: 1.0
 * Requires at least: 6.3
 * Requires PHP: 7.4
 * License: Apache-2.0
 *
 * Copy this folder to wp-content/plugins, put two lines into wp-config.php, and activate the plugin:
 *
 *     define( 'THREADKEEPER_SERVER', 'https://chat.example.com' );
 *     define( 'THREADKEEPER_IDENTITY_SECRET', '…the same as on the server…' );
 *
 * Without the second line all visitors are anonymous.
 */

defined( 'ABSPATH' ) || exit;

/** The script in the page, with what is to be said of it. */
function threadkeeper_chat_enqueue() {
	if ( ! defined( 'THREADKEEPER_SERVER' ) ) {
		return;
	}
	$later = array( 'strategy' => 'defer' );
	wp_enqueue_script( 'threadkeeper-chat', THREADKEEPER_SERVER . '/widget.js', array(), null, $later );
	if ( defined( 'THREADKEEPER_IDENTITY_SECRET' ) && is_user_logged_in() ) {
		$identify = plugins_url( 'identify.js', __FILE__ );
		wp_enqueue_script( 'threadkeeper-identify', $identify, array( 'threadkeeper-chat' ), '1.0', $later );
	}
}
add_action( 'wp_enqueue_scripts', 'threadkeeper_chat_enqueue' );

/** What the scripts are told stands in their tags; see "Attributes" in docs/widget.md. */
function threadkeeper_chat_attributes( $tag, $handle ) {
	$told = array();
	if ( 'threadkeeper-chat' === $handle ) {
		$told = array( 'data-name' => get_bloginfo( 'name' ), 'data-language' => get_bloginfo( 'language' ) );
	} elseif ( 'threadkeeper-identify' === $handle ) {
		$told = array( 'data-from' => admin_url( 'admin-ajax.php?action=threadkeeper_identity' ) );
	}
	foreach ( $told as $name => $value ) {
		$tag = str_replace( '<script ', '<script ' . $name . '="' . esc_attr( $value ) . '" ', $tag );
	}
	return $tag;
}
add_filter( 'script_loader_tag', 'threadkeeper_chat_attributes', 10, 2 );

/**
 * Who is logged in, as a token for an hour. It is asked for by script, so that no page cache ever holds one.
 * The e-mail address is left out: new accounts of some shop plugins don't have to show that it is theirs.
 */
function threadkeeper_chat_identity() {
	$user = wp_get_current_user();
	nocache_headers();
	header( 'Content-Type: text/plain' );
	echo threadkeeper_chat_token(
		array(
			'sub'  => (string) $user->ID,
			'name' => $user->display_name,
			'exp'  => time() + HOUR_IN_SECONDS,
		)
	);
	wp_die( '', '', array( 'response' => null ) );
}
add_action( 'wp_ajax_threadkeeper_identity', 'threadkeeper_chat_identity' );

/** A JSON Web Token, signed with HMAC and SHA-256 (RFC 7519). */
function threadkeeper_chat_token( array $claims ) {
	$parts  = array( array( 'alg' => 'HS256', 'typ' => 'JWT' ), $claims );
	$signed = implode( '.', array_map( 'threadkeeper_chat_base64url', array_map( 'wp_json_encode', $parts ) ) );
	$by     = hash_hmac( 'sha256', $signed, THREADKEEPER_IDENTITY_SECRET, true );
	return $signed . '.' . threadkeeper_chat_base64url( $by );
}

function threadkeeper_chat_base64url( $bytes ) {
	return rtrim( strtr( base64_encode( $bytes ), '+/', '-_' ), '=' );
}
