"""Makes a preset from a score run: conversion, proof and model card."""
